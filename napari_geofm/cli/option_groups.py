"""Options that several verbs share. Loads nothing but argparse, so that ``geofm --help`` is quick."""

import argparse

__all__ = [
    "Once",
    "add_encoder_file",
    "add_output",
    "add_place",
    "add_processing",
    "add_range",
    "add_raster",
    "add_reading",
    "add_segy",
]


class Once(argparse.Action):
    """An option that names one thing: given twice, the first would be lost in silence."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Take the value, or refuse the second."""
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} is given twice; name one section")
        setattr(namespace, self.dest, values)


def add_place(verb: argparse.ArgumentParser) -> None:
    """Add ``--at``: the section that is meant."""
    places = "inline=1080, crossline=N, twt=MS, depth=Z, time=START/LENGTH [distance=A:B], window=row,col,height,width"
    text = f"{places}, tile=NAME; a line or image needs none"
    verb.add_argument("--at", action=Once, metavar="AXIS=N", help=text)


def add_range(verb: argparse.ArgumentParser) -> None:
    """Add ``--range``: the area of interest."""
    verb.add_argument("--range", action="append", default=[], metavar="AXIS=A:B", help="area of interest (repeatable)")


def add_encoder_file(verb: argparse.ArgumentParser) -> None:
    """Add ``--weights``: where the encoder is."""
    verb.add_argument("--weights", metavar="FILE", help="the encoder's weights, a local file")


def add_output(verb: argparse.ArgumentParser, what: str, *, overwrite: bool = True) -> None:
    """Add ``-o``, and ``--overwrite`` where the output may exist."""
    verb.add_argument("-o", "--output", required=True, metavar="OUT", help=what)
    if overwrite:
        verb.add_argument("--overwrite", action="store_true", help="replace an output that exists")


def add_segy(verb: argparse.ArgumentParser) -> None:
    """Add how a SEG-Y file is read."""
    group = verb.add_argument_group("SEG-Y: how the file is read where its headers leave it open, or lie")
    group.add_argument("--iline-byte", metavar="B[:W]", help="first byte of the inline number (:2 where it has two)")
    group.add_argument("--xline-byte", metavar="B[:W]", help="first byte of the crossline number")
    domain = "what the samples are (default twt); das: a DAS recording, whose traces are channels"
    group.add_argument("--domain", choices=("twt", "depth", "das"), help=domain)
    group.add_argument("--interval", type=float, metavar="MS", help="sample interval in ms, or in the unit of length")
    group.add_argument("--crs", metavar="CODE", help="coordinate system of X and Y, as in EPSG:23031")
    group.add_argument("--xy-bytes", metavar="X,Y", help="first bytes of the coordinates (default 181,185)")
    group.add_argument("--coordinate-scalar", type=int, metavar="S", help="10 multiplies, -100 divides by 100")
    group.add_argument("--sample-format", metavar="F", help="ibm, ieee, int16 ...: what the samples really are")
    group.add_argument("--byte-order", choices=("big", "little"), help="which byte of a number comes first")
    group.add_argument("--samples", type=int, metavar="N", help="samples per trace, where all headers lie")
    group.add_argument("--offset-byte", type=int, metavar="B", help="first byte of the offset (default 37)")
    gather = group.add_mutually_exclusive_group()
    gather.add_argument("--offset", type=int, metavar="X", help="of pre-stack gathers: the traces of this offset")
    gather.add_argument("--stack", action="store_true", help="of pre-stack gathers: the mean of each")
    group.add_argument("--remember", action="store_true", help="read this file and files like it so from now on")
    group.add_argument("--as-found", action="store_true", help="pass over what was remembered for files like it")


def add_processing(verb: argparse.ArgumentParser, *, chain: bool = True) -> None:
    """Add what is done to a DAS recording before it is looked at; ``chain``: a model does not say it already."""
    group = verb.add_argument_group("DAS: what is done to a recording before it is looked at")
    if chain:
        steps = "'detrend; bandpass 5-200 Hz; median; root', or earthquake, microseismic, traffic (docs: DAS)"
        group.add_argument("--process", action=Once, metavar="STEPS", help=steps)
    which = "channels that are masked: auto (found), none (default), or a list as in '12, 40-43, 2410-2450 m'"
    group.add_argument("--bad-channels", action=Once, metavar="WHICH", help=which)


def add_reading(verb: argparse.ArgumentParser) -> None:
    """Add how a file is read that does not say what it holds."""
    group = verb.add_argument_group("files that do not say what they hold (the answer is kept)")
    group.add_argument("--shape", metavar="N,N,N", help="sizes of bare numbers, the slowest axis first")
    kinds = "type of bare numbers: float32, int16, int8, uint8, ibm, ...; float32:big where the high byte comes first"
    group.add_argument("--dtype", metavar="T[:big]", help=kinds)
    group.add_argument("--header-bytes", type=int, metavar="N", help="bytes before the first number (default 0)")
    group.add_argument("--dims", metavar="A,B,C", help="axes in the file's order, as in crossline,inline,twt")
    group.add_argument("--variable", metavar="NAME", help="array of a file that holds several")


def add_raster(verb: argparse.ArgumentParser) -> None:
    """Add how a raster is read that does not say all about itself."""
    group = verb.add_argument_group("images and maps that do not say all about themselves (the answer is kept)")
    place = "upper left corner, scale and body: lon0,lat0,px_per_degree,body=Moon (see docs: The Moon); 'file' forgets"
    group.add_argument("--georeference", metavar="WORDS", help=place)
    group.add_argument("--elevation", type=float, metavar="M", help="m of elevation per stored unit; 0: it is none")
    group.add_argument("--band", type=int, metavar="N", help="band of a file of several, from 1")
    tiles = "of a folder: georeferenced images stay single tiles"
    group.add_argument("--tiles", action=argparse.BooleanOptionalAction, help=tiles)
