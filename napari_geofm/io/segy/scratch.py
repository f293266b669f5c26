"""Memory to decode in, for who decodes much, part by part: getting it anew each time takes a good part of the time."""

import threading

import numpy as np

__all__ = ["CACHED_SAMPLES", "Scratch"]

CACHED_SAMPLES = 1 << 20
"""Samples that are decoded and put in place together, while the processor's cache holds them: a patch of 32 x 32 traces
of usual length."""


class Scratch(threading.local):
    """Memory that each thread has for itself; it holds what is decoded until the thread decodes the next part.

    Attributes
    ----------
    words
        Flat ndarray of uint32: room for the samples and half as much to work in, 6 MB, which numpy gets in large pages.
    """

    def __init__(self) -> None:
        self.words = np.empty(CACHED_SAMPLES + CACHED_SAMPLES // 2, np.uint32)
