/**
 * The packages of ehr-api, whole. The build bundles them apart from the service (`esbuild.config.mjs`), and the image
 * holds them in a layer of their own: a change of the service sends the service.
 */
export * as pglite from '@electric-sql/pglite';
export { default as cors } from '@fastify/cors';
export { default as rateLimit } from '@fastify/rate-limit';
// @ts-expect-error: it has no types.
export { default as ucum } from '@lhncbc/ucum-lhc';
export { characterEntitiesHtml4 } from 'character-entities-html4';
export { default as fastify } from 'fastify';
export * as jose from 'jose';
export * as pg from 'pg';
export { default as pino } from 'pino';
export * as rfc6902 from 'rfc6902';
export { SaxesParser } from 'saxes';
export * as tar from 'tar';
export * as zod from 'zod';
