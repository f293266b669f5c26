"""What we talk about: axes, surveys, sections, features, labels, recipes, progress; numpy and xarray only."""
