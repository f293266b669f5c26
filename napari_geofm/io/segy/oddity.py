"""What can be unusual about a SEG-Y file that opens all the same: a fixed list, each with words for the user."""

from enum import Enum

__all__ = ["Oddity"]


class Oddity(Enum):
    """One unusual thing; its value is the sentence that ``geofm info`` lists, with the numbers left open."""

    LITTLE_ENDIAN = "bytes are little-endian"
    ASCII_TEXT = "text header is ASCII, not EBCDIC"
    NO_TEXT = "text header is neither EBCDIC nor ASCII text"
    EXTENDED_TEXT = "{count} extended text headers"
    SAMPLES_DIFFER = "headers disagree on samples per trace ({stated}); {used} fits the file"
    INTERVAL_DIFFERS = "headers disagree on the sample interval ({binary} and {trace} us); {used} us is used"
    NO_INTERVAL = "sample interval is 0 in all headers; {used:g} ms is assumed"
    LAST_TRACE_CUT = "the last trace is cut short ({count} of {whole} bytes) and is left out"
    TRAILING_BYTES = "{count} bytes after the last trace are left out"
    OTHER_BYTES = "line numbers are read from bytes {iline} and {xline}, not 189 and 193"
    OTHER_CDP = "CDP numbers are read from byte {byte}, not 21"
    NO_NUMBERS = "traces carry no line or CDP numbers; they are counted from 1"
    ONE_LINE = "inline and crossline numbers do not both vary; the file is read as one line"
    CROSSLINE_SORTED = "traces are sorted by crossline"
    FALLING = "{axis} numbers fall along the file"
    UNSORTED = "traces are in no regular order"
    UNEVEN = "{axis} numbers are unevenly spaced"
    MISSING = "{count} of {whole} grid places have no trace"
    DUPLICATES = "{count} traces repeat the numbers of another; the first of each is used"
    DEAD = "{count} traces are marked dead"
    ALL_DEAD = "all traces are marked dead; they are read all the same"
    ZERO = "about {percent:.0f} % of the traces hold only zeros and are taken as dead"
    STRANGE = "about {percent:.0f} % of the traces hold samples that are no number, or infinite"
    DELAYS_DIFFER = (
        "delay recording times differ between traces ({low} to {high} ms); the most common, {used:g} ms, is used"
    )
    FEET = "lengths are in feet"
    ANGLES = "coordinates are in {unit}, no length; distances between lines are not known"
    SAYS_DEPTH = "text header says depth ({words}), and samples are read as time; --domain depth reads them so"
    DOUBT = "which bytes hold the line numbers is in doubt: {why}"
    ONE_OFFSET = "pre-stack: only the traces of offset {used} are read, of {count} offsets from {low} to {high}"
    STACKED = "pre-stack: the mean of the live traces at each place is read, about {fold:.0f} at each"
    NOT_PRESTACK = "not pre-stack: the choice of an offset or the stack changes nothing"
    REMEMBERED = "read as was chosen for this file or one like it: {words}"
    REMEMBERED_IN_VAIN = "what was chosen for files like it ({words}) does not fit this file and is left out"
    OTHER_FLOATS = "samples look like {seen}, and the header says {stated}; --sample-format {word} reads them so"
    FORCED_SAMPLES = "traces are read with {used} samples, as was chosen; the headers say {stated}"
    FORCED_FORMAT = "samples are read as {used}, as was chosen; the header says {stated}"

    def say(self, **numbers: object) -> str:
        """Return the sentence with its numbers, in the singular where ``count`` is one."""
        words = _OF_ONE.get(self.name, self.value) if numbers.get("count") == 1 else self.value
        return words.format(**numbers)


_OF_ONE = {
    "EXTENDED_TEXT": "{count} extended text header",
    "TRAILING_BYTES": "{count} byte after the last trace is left out",
    "MISSING": "{count} of {whole} grid places has no trace",
    "DUPLICATES": "{count} trace repeats the numbers of another; the first of them is used",
    "DEAD": "{count} trace is marked dead",
}
