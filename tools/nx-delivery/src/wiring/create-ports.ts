import { join } from 'node:path';
import { createAttester, readBuildOrigin } from '@ehr/delivery-attest';
import { formatReference, type Ports } from '@ehr/delivery-core';
import type { AnswerMemory, Referrers } from '@ehr/delivery-registry';
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
import { openRegistry } from './open-registry.ts';
import { projectRootOf, type Service, servicesOf } from './open-service.ts';
import { thisRun } from './this-run.ts';

/** The ports to everything a decision or a step needs, and to what is attached to the service's images. */
export type ServicePorts = Ports & { readonly referrers: Referrers };

/** The real world behind the core's ports, for one service in one environment. */
export function createPorts(
  service: Service,
  context: ExecutorContext,
  processEnv: ProcessEnv,
  memory?: AnswerMemory,
): ServicePorts {
  const { root, projectGraph } = context;
  const { name, environment, facts, settings, repository, destination } = service;
  const run = thisRun(processEnv);
  const source = createGitSource(name, context);
  // Another service's repository has the same base, so its layers need not be sent again.
  const sibling = servicesOf(context).find((other) => other !== name);
  const mountFrom = sibling === undefined ? {} : { mountFrom: `${settings.namespace}/${sibling}` };
  const { registry, referrers, trust, signer } = openRegistry(name, settings, processEnv, {
    ...mountFrom,
    ...(memory && { memory }),
  });
  return {
    run,
    source,
    registry,
    referrers,
    trust,
    target: createTarget(service, root, systemClock, (message) => {
      process.stderr.write(`  ${message}\n`);
    }),
    prober: createHttpProber('publicUrl' in destination ? destination.publicUrl : undefined),
    clock: systemClock,
    builder: createNxBuilder(name, environment, root),
    gate: createImageGate(
      facts.platforms,
      settings.secrets,
      createLayerMemory(join(root, 'dist/gate')),
      join(root, projectRootOf({ ...context, projectName: name }) ?? '.'),
    ),
    attester: createAttester({
      repository: formatReference(repository),
      referrers,
      cosign: signer,
      source,
      content: () => readImageContent(name, projectGraph, root, processEnv),
      origin: () => readBuildOrigin(root, run.id, processEnv),
    }),
  };
}
