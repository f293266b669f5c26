"""The geographic coordinate system of a body, as files name it."""

from napari_geofm.core.body import BODIES, Body

__all__ = ["geographic_name", "geographic_wkt"]


def geographic_wkt(body: Body) -> str:
    """Return longitude (east positive) and latitude of a body in degrees, as WKT 1 that QGIS and GDAL read.

    Examples
    --------
    >>> from napari_geofm.core.body import body_named
    >>> geographic_wkt(body_named("Moon")).startswith('GEOGCS["GCS_Moon",DATUM["D_Moon",SPHEROID["Moon",1737400,0]]')
    True
    """
    inverse = 1.0 / body.flattening if body.flattening else 0.0
    name = body.name.replace(" ", "_")
    return (
        f'GEOGCS["GCS_{name}",DATUM["D_{name}",SPHEROID["{name}",{body.equatorial_m:.12g},{inverse:.14g}]],'
        'PRIMEM["Reference_Meridian",0],UNIT["degree",0.0174532925199433]]'
    )


def geographic_name(body: Body) -> str:
    """Return the system's name in GeoJSON: the IAU's where the radii are the IAU's sphere, else its WKT."""
    spheres = {each.naif: each.equatorial_m for each in BODIES}
    if body.flattening == 0.0 and 0 < body.naif < 1000 and spheres.get(body.naif) == body.equatorial_m:
        return f"urn:ogc:def:crs:IAU:2015:{body.naif * 100}"
    return geographic_wkt(body)
