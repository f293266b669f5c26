"""What is read of each gather of a pre-stack survey; each choice is a survey of its own, with its own session."""

from typing import TYPE_CHECKING

from napari_geofm.io.segy import SegyTemplate

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["gather_words"]


def gather_words(survey: "Survey") -> str:
    """Return what is read of each gather, as in ``"offset 300"``; empty for a survey that is not pre-stack."""
    template = survey.template
    if not isinstance(template, SegyTemplate) or template.kept is None:
        return ""
    return "mean of each gather" if template.is_stacked else f"offset {template.options.offset}"
