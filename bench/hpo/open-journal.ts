/**
 * Opens the journal named on the command line and prints how long that took.
 *
 * @module
 */
import { loadStudy } from '@leanvox/hpo-search'
import { journalStorage } from '@leanvox/hpo-search/node'

const begin = performance.now()
const study = await loadStudy({ name: 'big', storage: journalStorage(process.argv[2]) })
const trials = study.trials.length
process.stdout.write(`${JSON.stringify({ trials, seconds: (performance.now() - begin) / 1000 })}\n`)
