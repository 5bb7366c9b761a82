"""Reads one image once with nibabel or pydicom and prints what that took.

Usage: io_read.py <kind> <path>. Prints one JSON object: milliseconds of the reading (imports not counted), peak memory of the
process, a checksum of the voxels in file order (x fastest, then y, z), bytes of the result.
"""

import json
import resource
import sys
import time

import numpy as np

kind, path = sys.argv[1:]


def nifti():
    import nibabel

    start = time.perf_counter()
    data = np.asanyarray(nibabel.load(path).dataobj)
    return data, start, f"nibabel {nibabel.__version__}, dataobj"


def nifti_fdata():
    import nibabel

    start = time.perf_counter()
    data = nibabel.load(path).get_fdata()
    return data, start, f"nibabel {nibabel.__version__}, get_fdata()"


def nifti_scaled():
    import nibabel

    start = time.perf_counter()
    data = nibabel.load(path).get_fdata(dtype=np.float32)
    return data, start, f"nibabel {nibabel.__version__}, get_fdata(float32)"


def dicom():
    from pathlib import Path

    import pydicom

    start = time.perf_counter()
    slices = [pydicom.dcmread(file) for file in sorted(Path(path).iterdir())]
    across = np.cross(slices[0].ImageOrientationPatient[:3], slices[0].ImageOrientationPatient[3:])
    slices.sort(key=lambda one: float(np.dot(across, one.ImagePositionPatient)))
    scaled = [one.pixel_array * np.float32(one.RescaleSlope) + np.float32(one.RescaleIntercept) for one in slices]
    return np.stack(scaled).T, start, f"pydicom {pydicom.__version__}"


readers = {"nifti": nifti, "nifti-fdata": nifti_fdata, "nifti-scaled": nifti_scaled}
data, start, reader = readers.get(kind, dicom)()
milliseconds = (time.perf_counter() - start) * 1000
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
flat = data.reshape(-1, order="F")
checksum = 0.0
weights = 1 + (np.arange(1 << 20) & 1023)
for first in range(0, flat.size, 1 << 20):
    part = flat[first : first + (1 << 20)].astype(np.float64)
    checksum = (checksum + float((2 * part * weights[: part.size]).sum())) % 2**31
checksum = int(checksum)
print(json.dumps({"milliseconds": milliseconds, "peakMiB": peak, "checksum": checksum, "decodedBytes": data.nbytes, "reader": reader}))
