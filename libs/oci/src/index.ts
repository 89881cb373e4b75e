export type { Digest } from './digest.ts';
export { isDigest, shortDigest } from './digest.ts';
export type { Descriptor, ImageConfig, ImageIndex, ImageManifest } from './manifest.ts';
export { isImageIndex, mediaTypes } from './manifest.ts';
export type { Platform } from './platform.ts';
export { parsePlatform, platformName } from './platform.ts';
export type { Reference } from './reference.ts';
export { DOCKER_HUB, formatReference, isTag, parseReference } from './reference.ts';
export { sharedTopLayers } from './shared-layers.ts';
