import type { RunPaths } from './run-folder.ts'
import type { Task, TaskInput } from './task.ts'
export async function registrationTask(_paths: RunPaths, _input: TaskInput): Promise<Task> {
  throw new Error('todo')
}
