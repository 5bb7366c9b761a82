/**
 * One study of a storage as a journal of its own, for Optuna, its dashboard and `--storage`.
 *
 * Studies and trials are counted over a whole storage, so those that stay are counted anew.
 *
 * @module
 */
import { operationToText, type Operation, type Storage, type Study } from '@leanvox/hpo-search'

/** The records of the study, one line each; whatever another writer appends meanwhile is left out. */
export async function journalOf({ name }: Pick<Study, 'name'>, storage: Storage): Promise<string> {
  const lines: string[] = []
  const names: string[] = []
  const deleted = new Set<number>()
  const trials: (number | null)[] = []
  let kept = 0
  const isOurs = (study: number) => names[study] === name && !deleted.has(study)
  for (const operation of await storage.read(0)) {
    if (operation.op_code === 0) {
      const exists = names.some((other, study) => other === operation.study_name && !deleted.has(study))
      if (!exists) names.push(operation.study_name)
      if (exists || operation.study_name !== name) continue
      // A study of that name that was deleted before is no part of this one.
      lines.length = 0
      lines.push(operationToText(operation))
      kept = 0
      trials.fill(null)
    } else if ('trial_id' in operation) {
      const trial = trials[operation.trial_id] ?? null
      if (trial !== null) lines.push(operationToText({ ...operation, trial_id: trial } as Operation))
    } else if ('study_id' in operation) {
      const { study_id: study } = operation
      const stays = isOurs(study)
      if (operation.op_code === 4 && study in names && !deleted.has(study)) trials.push(stays ? kept++ : null)
      if (operation.op_code === 1) deleted.add(study)
      else if (stays) lines.push(operationToText({ ...operation, study_id: 0 } as Operation))
    }
  }
  return lines.map((line) => `${line}\n`).join('')
}
