export { goodConfig, imageOf, layerOf, tarOf } from '../src/test/image-of.ts';
export { corpus, type CorpusPart } from './corpus/corpus.ts';
export type { CorpusCase } from './corpus/corpus-case.ts';
export { refusalsOf } from './refusals-of.ts';
