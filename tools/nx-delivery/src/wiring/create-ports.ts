import { join } from 'node:path';
import { createAttester, createCosign, readBuildOrigin, signingKey } from '@ehr/delivery-attest';
import { type EnvironmentPorts, formatReference, type Ports } from '@ehr/delivery-core';
import { createReferrers, createRegistry, type Referrers } from '@ehr/delivery-registry';
import type { ExecutorContext } from '@nx/devkit';
import { readImageContent } from '../fingerprint/image-content.ts';
import { createGitSource } from '../ports/git-source.ts';
import { createHttpProber } from '../ports/http-prober.ts';
import { createImageGate } from '../ports/image-gate.ts';
import { createLayerMemory } from '../ports/layer-memory.ts';
import { createNxBuilder } from '../ports/nx-builder.ts';
import { systemClock } from '../ports/system-clock.ts';
import type { ProcessEnv } from '../process-env.ts';
import { createTarget } from './create-target.ts';
import { type Service, servicesOf } from './open-service.ts';
import { thisRun } from './this-run.ts';

/** The ports to everything a decision or a step needs, and to what is attached to the service's images. */
export type ServicePorts = Ports & { readonly referrers: Referrers };

/** The real world behind the core's ports, for one service in one environment. */
export function createPorts(
  service: Service,
  context: ExecutorContext,
  processEnv: ProcessEnv,
): ServicePorts {
  const { root, projectGraph } = context;
  const { name, environment, facts, settings, repository } = service;
  const place = { ...repository, credentials: settings.credentials };
  const run = thisRun(processEnv);
  const source = createGitSource(name, context);
  const referrers = createReferrers(place);
  const key = signingKey(settings, processEnv);
  return {
    ...environmentPorts(service, context),
    run,
    source,
    referrers,
    clock: systemClock,
    builder: createNxBuilder(name, environment, root),
    gate: createImageGate(facts.platforms, processEnv, createLayerMemory(join(root, 'dist/gate'))),
    attester: createAttester({
      repository: formatReference(repository),
      referrers,
      cosign: key === null ? null : createCosign({ ...place, key, env: processEnv }),
      source,
      content: () => readImageContent(name, projectGraph, root, processEnv),
      origin: () => readBuildOrigin(root, run.id, processEnv),
    }),
  };
}

/** What reading an environment needs. */
function environmentPorts(service: Service, context: ExecutorContext): EnvironmentPorts {
  const { settings, repository, destination } = service;
  // Another service's repository has the same base, so its layers need not be sent again.
  const sibling = servicesOf(context).find((name) => name !== service.name);
  return {
    registry: createRegistry({
      ...repository,
      credentials: settings.credentials,
      ...(sibling !== undefined && { mountFrom: `${settings.namespace}/${sibling}` }),
    }),
    target: createTarget(service, context.root, systemClock, (message) => {
      process.stderr.write(`  ${message}\n`);
    }),
    prober: createHttpProber('publicUrl' in destination ? destination.publicUrl : undefined),
  };
}
