/**
 * Files that are whole or absent: atomic writes, append-only journals, run-folder locks (Node only).
 *
 * @module
 */
export { appendLines, appendLinesSync, repairTail } from './append-lines.ts'
export { FileError } from './file-error.ts'
export { readJson, writeJson } from './json.ts'
export { lockFolder, type FolderLock } from './lock-folder.ts'
export {
  forEachJsonLineSync,
  readJsonLines,
  readJsonLinesSync,
  type ForEachJsonLineOptions,
  type JsonLines,
  type ReadJsonLinesOptions,
} from './read-lines.ts'
export { writeFileAtomic, writeFileAtomicSync } from './write-file-atomic.ts'
