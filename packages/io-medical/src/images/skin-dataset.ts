/**
 * Skin lesions in the layouts of the ISIC challenges (2016 to 2018) and of HAM10000, with metadata under common names.
 *
 * Codella et al. 2018 (arXiv 1710.05006, 1902.03368); Tschandl et al. 2018 (doi 10.1038/sdata.2018.161). Masks are the
 * lesion above 127 of 255, by colour: some HAM10000 masks are palette files whose index 0 is white. Metadata keep their
 * columns and gain `age` (a number), `sex`, `site`, `diagnosis` and `lesion`, lower case except `lesion`; empty, `unknown` and
 * `nan` are null. Diagnoses and sites are not translated between the two vocabularies.
 *
 * @module
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { counted } from '../dataset.ts'
import type { ImageCase, ImageDataset } from './image-dataset.ts'
import { readImageFolder } from './read-image-folder.ts'
import { readTable, type TableRow } from './read-table.ts'

const IMAGE_FOLDERS = [
  /^images$/i,
  /^HAM10000_images_part_\d$/i,
  /^ISIC-?201[78](_Task1-2)?_(Training|Validation|Test(_v2)?)_(Input|Data)$/i,
  /^ISBI2016_ISIC_Part1_(Training|Test)_Data$/i,
]
const MASK_FOLDERS = [
  /^masks$/i,
  /^HAM10000_segmentations_lesion_tschandl$/i,
  /^(ISIC-?201[78]|ISBI2016_ISIC)_(Task1|Part1|Training_Part1|Validation_Part1|Test_v2_Part1).*GroundTruth$/i,
]
const TABLES = [/^metadata\.csv$/i, /^HAM10000_metadata(\.csv|\.tab)?$/i, /^ISIC-?201[78]_.*metadata\.csv$/i]
const MASK_SUFFIXES = ['', '_segmentation', '_Segmentation']

/** Names of one kind of fact in the tables there are, the better first. */
const COLUMNS = {
  age: ['age', 'age_approx', 'age_approximate'],
  sex: ['sex'],
  site: ['localization', 'anatom_site_general', 'anatom_site_general_challenge'],
  diagnosis: ['dx', 'dx_isic2019', 'diagnosis'],
  lesion: ['lesion_id', 'lesion_id_isic2019'],
} as const
const ID_COLUMNS = ['image_id', 'isic_id', 'image_name', 'image']
const UNKNOWN = new Set(['unknown', 'nan', 'na', 'n/a', 'none'])

type Fact = keyof typeof COLUMNS
const FACTS = Object.keys(COLUMNS) as Fact[]

/**
 * The pictures of an ISIC or HAM10000 folder.
 *
 * @throws MedicalImageError as `readImageFolder`
 *
 * @example
 * const { cases } = await skinDataset('HAM10000')
 * cases[0].metadata // => { age: '75', sex: 'female', site: 'back', diagnosis: 'nv', lesion: 'HAM_0000981', … }
 */
export async function skinDataset(dir: string): Promise<ImageDataset> {
  const names = await readdir(dir).catch(() => [])
  const images = all(names, IMAGE_FOLDERS)
  const [masks = 'masks'] = all(names, MASK_FOLDERS)
  const [table] = all(names, TABLES)
  const columns = table === undefined ? [] : (await readTable(join(dir, table))).columns
  const id = ID_COLUMNS.find((column) => columns.includes(column))
  const dataset = await readImageFolder(dir, {
    masks,
    maskSuffixes: MASK_SUFFIXES,
    ignore: /_superpixels$/,
    ...(images.length > 0 ? { images } : {}),
    ...(table === undefined ? {} : { table }),
    ...(id === undefined ? {} : { id }),
  })
  return withFacts(dataset, { columns, table })
}

/** The names that fit the first pattern that fits any. */
function all(names: readonly string[], patterns: readonly RegExp[]): string[] {
  const found = patterns.map((pattern) => names.filter((name) => pattern.test(name)).sort())
  return found.find((fitting) => fitting.length > 0) ?? []
}

interface TableFacts {
  readonly columns: readonly string[]
  readonly table: string | undefined
}

function withFacts(dataset: ImageDataset, { columns, table }: TableFacts): ImageDataset {
  const columnOf = (fact: Fact) => COLUMNS[fact].find((column) => columns.includes(column))
  const absent = FACTS.filter((fact) => columnOf(fact) === undefined)
  let badAges = 0
  const factsOf = (row: TableRow): Record<string, string | null> => {
    const facts = FACTS.map((fact) => [fact, known(row[columnOf(fact) ?? ''], fact)] as const)
    const { age, ...rest } = Object.fromEntries(facts) as Record<Fact, string | null>
    const isNumber = age === null || Number.isFinite(Number(age))
    badAges += Number(!isNumber)
    return { ...rest, age: age === null || !isNumber ? null : String(Number(age)) }
  }
  const cases = dataset.cases.map((item): ImageCase => {
    return { ...item, metadata: { ...item.metadata, ...factsOf(item.metadata) } }
  })
  return { ...dataset, cases, warnings: [...dataset.warnings, ...factWarnings({ table, absent, badAges })] }
}

function known(value: string | null | undefined, fact: Fact): string | null {
  if (!value || UNKNOWN.has(value.toLowerCase())) return null
  return fact === 'lesion' ? value : value.toLowerCase()
}

interface FactTrouble {
  readonly table: string | undefined
  readonly absent: readonly Fact[]
  readonly badAges: number
}

function factWarnings({ table, absent, badAges }: FactTrouble): string[] {
  if (table === undefined) return ['no metadata table (all metadata unknown)']
  return [
    ...(absent.length > 0 ? [`${table} has no column for ${absent.join(', ')} (unknown for every image)`] : []),
    ...(badAges > 0
      ? [`${counted(badAges, 'age')} in ${table} that ${badAges === 1 ? 'is' : 'are'} no number (unknown)`]
      : []),
  ]
}
