"""The section on the screen: layers, rulers, colours, legend, what is painted and pointed at."""
