"""Networks: encoder, adapters, decoders, losses, weights; numpy or tensors in and out, no Qt, no survey files.

Import the module that is needed: this package imports none, so that :mod:`napari_geofm.nets.weights` stays free
of torch.
"""
