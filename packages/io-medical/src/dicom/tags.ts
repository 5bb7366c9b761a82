/**
 * The DICOM data elements this reader looks at, by their keyword in PS3.6. All others are passed over unread, which
 * bounds what a hostile header can make us keep.
 *
 * @module
 */

/** Tag numbers, group in the upper 16 bits. */
export const TAG = {
  TransferSyntaxUID: 0x00020010,
  SpecificCharacterSet: 0x00080005,
  ImageType: 0x00080008,
  SOPClassUID: 0x00080016,
  SOPInstanceUID: 0x00080018,
  Modality: 0x00080060,
  SeriesDescription: 0x0008103e,
  ReferencedSeriesSequence: 0x00081115,
  ReferencedSOPInstanceUID: 0x00081155,
  CodeValue: 0x00080100,
  CodingSchemeDesignator: 0x00080102,
  CodeMeaning: 0x00080104,
  PatientName: 0x00100010,
  PatientID: 0x00100020,
  SliceThickness: 0x00180050,
  EchoTime: 0x00180081,
  SpacingBetweenSlices: 0x00180088,
  TriggerTime: 0x00181060,
  ImagerPixelSpacing: 0x00181164,
  DiffusionBValue: 0x00189087,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
  AcquisitionNumber: 0x00200012,
  InstanceNumber: 0x00200013,
  ImagePositionPatient: 0x00200032,
  ImageOrientationPatient: 0x00200037,
  FrameOfReferenceUID: 0x00200052,
  TemporalPositionIdentifier: 0x00200100,
  StackID: 0x00209056,
  FrameContentSequence: 0x00209111,
  PlanePositionSequence: 0x00209113,
  PlaneOrientationSequence: 0x00209116,
  TemporalPositionIndex: 0x00209128,
  SamplesPerPixel: 0x00280002,
  PhotometricInterpretation: 0x00280004,
  PlanarConfiguration: 0x00280006,
  NumberOfFrames: 0x00280008,
  Rows: 0x00280010,
  Columns: 0x00280011,
  PixelSpacing: 0x00280030,
  BitsAllocated: 0x00280100,
  BitsStored: 0x00280101,
  HighBit: 0x00280102,
  PixelRepresentation: 0x00280103,
  RescaleIntercept: 0x00281052,
  RescaleSlope: 0x00281053,
  RedPaletteDescriptor: 0x00281101,
  GreenPaletteDescriptor: 0x00281102,
  BluePaletteDescriptor: 0x00281103,
  RedPaletteData: 0x00281201,
  GreenPaletteData: 0x00281202,
  BluePaletteData: 0x00281203,
  RedPaletteSegments: 0x00281221,
  LossyImageCompression: 0x00282110,
  ModalityLUTSequence: 0x00283000,
  PixelMeasuresSequence: 0x00289110,
  PixelValueTransformationSequence: 0x00289145,
  SegmentationType: 0x00620001,
  SegmentSequence: 0x00620002,
  SegmentedPropertyCategoryCodeSequence: 0x00620003,
  SegmentNumber: 0x00620004,
  SegmentLabel: 0x00620005,
  SegmentAlgorithmType: 0x00620008,
  SegmentAlgorithmName: 0x00620009,
  SegmentIdentificationSequence: 0x0062000a,
  ReferencedSegmentNumber: 0x0062000b,
  MaximumFractionalValue: 0x0062000e,
  SegmentedPropertyTypeCodeSequence: 0x0062000f,
  SegmentationFractionalType: 0x00620010,
  DimensionOrganizationType: 0x00209311,
  TotalPixelMatrixColumns: 0x00480006,
  GridFrameOffsetVector: 0x3004000c,
  DoseGridScaling: 0x3004000e,
  SharedFunctionalGroupsSequence: 0x52009229,
  PerFrameFunctionalGroupsSequence: 0x52009230,
  ExtendedOffsetTable: 0x7fe00001,
  ExtendedOffsetTableLengths: 0x7fe00002,
  FloatPixelData: 0x7fe00008,
  DoubleFloatPixelData: 0x7fe00009,
  PixelData: 0x7fe00010,
  Item: 0xfffee000,
  ItemDelimitation: 0xfffee00d,
  SequenceDelimitation: 0xfffee0dd,
} as const

const wanted: ReadonlySet<number> = new Set<number>(Object.values(TAG))

/** Whether an element's place is remembered. */
export function isWanted(tag: number): boolean {
  return wanted.has(tag)
}

/** Whether an element holds the pixels, so that the header ends here. */
export function isPixelTag(tag: number): boolean {
  return tag === TAG.PixelData || tag === TAG.FloatPixelData || tag === TAG.DoubleFloatPixelData
}

/** `(0028,0010)`, as the standard writes a tag. */
export function tagName(tag: number): string {
  const hex = (value: number) => value.toString(16).padStart(4, '0')
  return `(${hex(tag >>> 16)},${hex(tag & 0xffff)})`
}
