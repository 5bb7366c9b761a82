/**
 * The parts of this package that need Node: geometry on several threads.
 *
 * @module
 */
export { volumeWorkers, type VolumeWorkers } from './node/volume-workers.ts'
