export { abdomenDataset, type DatasetOptions } from './abdomen-dataset.ts'
export { abdomenPhantom, type AbdomenPhantom, type PhantomOptions } from './abdomen-phantom.ts'
export type { Difficulty } from './difficulty.ts'
export { sites, type Site, type SiteName } from './site.ts'
