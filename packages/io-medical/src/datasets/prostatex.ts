/**
 * PROSTATEx (Armato et al. 2018): DICOM series of T2, ADC and high b-value by patient, with masks in NIfTI and a table of
 * findings or of patients.
 *
 * Masks belong to a patient when `ProstateX-0000` is in their path; what is left of their names says what they are.
 * Findings (`ProstateX-Findings-Train.csv`, several rows a patient) become counts; a table of patients is joined through
 * the patient number that the masks' folder names after two underscores.
 *
 * @module
 */
import { basename, dirname } from 'node:path'
import type { DataCase, DataFile, DataLayout, DataTree, MaskFile } from './data-folder.ts'
import { absolute, foldersOf, imageStem, isVolumeName } from './data-tree.ts'
import { readRows } from './table-rows.ts'
import type { TableRow } from '../images/read-table.ts'

const PATIENT = /ProstateX-\d{4}/i
const SERIES: readonly (readonly [RegExp, string])[] = [
  [/t2.*tra/i, 'T2'],
  [/t2.*sag/i, 'T2 sagittal'],
  [/t2.*cor/i, 'T2 coronal'],
  [/bval/i, 'b-value'],
  [/adc/i, 'ADC'],
]

/** One folder a patient. */
export const prostatexLayout: DataLayout = {
  name: 'prostatex',
  title: 'PROSTATEx (Armato et al. 2018)',
  tree: 'images/ProstateX-0000/<series>/*.dcm (any depth), masks/ProstateX-0000__<patient>_<study>/*.nii.gz, metadata.csv or ProstateX-Findings-Train.csv',
  recognises: ({ files }) => files.some((path) => PATIENT.test(path) && /\.dcm$/i.test(path)),
  async read(tree) {
    const patients = [...new Set(tree.files.flatMap((path) => PATIENT.exec(path) ?? []))].sort()
    const rows = await tableRows(tree)
    const cases = patients.map((id) => patientCase(tree, { id, rows }))
    const { folder } = tree
    return { layout: 'prostatex', name: basename(folder), folder, cases, oneGrid: false, warnings: [] }
  },
}

interface Tables {
  readonly findings: readonly TableRow[]
  readonly patients: readonly TableRow[]
}

async function tableRows(tree: DataTree): Promise<Tables> {
  const all = await Promise.all(
    tree.files.filter((path) => /\.csv$/i.test(path)).map((path) => readRows(absolute(tree, path))),
  )
  const having = (column: string) => all.filter(([row]) => row !== undefined && column in row).flat()
  return { findings: having('ProxID').filter((row) => 'ClinSig' in row), patients: having('patient_id') }
}

function patientCase(tree: DataTree, { id, rows }: { id: string; rows: Tables }): DataCase {
  const own = { ...tree, files: tree.files.filter((path) => PATIENT.exec(path)?.[0] === id) }
  const dicom = { ...own, files: own.files.filter((path) => /\.dcm$/i.test(path)) }
  const images = foldersOf(dicom).map((folder): DataFile => {
    const name = SERIES.find(([pattern]) => pattern.test(basename(folder)))?.[1] ?? basename(folder)
    const files = dicom.files.filter((path) => dirname(path) === folder).map((path) => absolute(tree, path))
    return { name, path: absolute(tree, folder), files }
  })
  // The series that masks are drawn on comes first.
  images.sort((a, b) => Number(b.name === 'T2') - Number(a.name === 'T2'))
  const masks = own.files.filter(isVolumeName).map((path): MaskFile => {
    return { name: maskName(path), path: absolute(tree, path), rule: null, labels: null }
  })
  return { id, images, masks, metadata: metadataOf(own, { id, rows }), group: id, split: null }
}

/** The file's name without patient, study and extension. */
function maskName(path: string): string {
  return imageStem(path)
    .replace(/__\d+_\d+$/, '')
    .replace(PATIENT, '')
    .replace(/^[_-]+|[_-]+$/g, '')
}

function metadataOf({ files }: DataTree, { id, rows }: { id: string; rows: Tables }): DataCase['metadata'] {
  const findings = rows.findings.filter((row) => row['ProxID'] === id)
  const significant = findings.filter((row) => /^(true|1|yes)$/i.test(row['ClinSig'] ?? '')).length
  const [, number] = files.map((path) => /__(\d+)_\d+(?:\/|\.|$)/.exec(path)).find((match) => match !== null) ?? []
  const patient = rows.patients.find((row) => row['patient_id'] === number)
  return {
    ...(rows.findings.length === 0 ? {} : { findings: `${findings.length}`, significant: `${significant}` }),
    ...patient,
  }
}
