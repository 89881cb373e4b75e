import type { DeployOptions, Ports } from '@ehr/delivery-core';
import { createAttester, createCosign, readBuildOrigin, signingKey } from '@ehr/delivery-attest';
import { createReferrers, createRegistry } from '@ehr/delivery-registry';
import type { Referrers } from '@ehr/delivery-registry';
import type { ExecutorContext } from '@nx/devkit';
import { readImageContent } from '../fingerprint/image-content.ts';
import { createGitSource } from '../ports/git-source.ts';
import { createHttpProber } from '../ports/http-prober.ts';
import { createImageGate } from '../ports/image-gate.ts';
import { createNxBuilder } from '../ports/nx-builder.ts';
import { systemClock } from '../ports/system-clock.ts';
import { createTarget } from './create-target.ts';
import { readSettings } from './read-settings.ts';
import { serviceOptions } from './service-options.ts';
import { servicesOf } from './services-of.ts';
import { thisRun } from './this-run.ts';

export interface Delivery {
  readonly options: DeployOptions;
  readonly ports: Ports;
  /** What is attached to the service's images. */
  readonly referrers: Referrers;
}

/** The service's way into one environment: checked options, and ports to everything a decision or a step needs. */
export async function openDelivery(
  environment: string,
  given: Readonly<Record<string, unknown>>,
  context: ExecutorContext,
): Promise<Delivery> {
  const { root, projectName = '' } = context;
  const settings = await readSettings(root, environment, process.env);
  const { options, facts } = serviceOptions(environment, given, settings, context);
  const run = thisRun(process.env);
  const source = createGitSource(projectName, context);
  const repository = {
    registry: options.registry,
    repository: `${options.namespace}/${options.service}`,
    credentials: settings.credentials,
  };
  const referrers = createReferrers(repository);
  const key = signingKey(settings, process.env);
  const ports: Ports = {
    run,
    source,
    attester: createAttester({
      repository: `${repository.registry}/${repository.repository}`,
      referrers,
      cosign: key === null ? null : createCosign({ ...repository, key, env: process.env }),
      source,
      content: () => readImageContent(projectName, context.projectGraph, root, process.env),
      origin: () => readBuildOrigin(root, run.id, process.env),
    }),
    builder: createNxBuilder(options, root),
    gate: createImageGate(options, process.env),
    registry: createRegistry({ ...repository, ...siblingOf(options, context) }),
    target: createTarget(options, settings, facts, root),
    prober: createHttpProber(),
    clock: systemClock,
  };
  return { options, ports, referrers };
}

/** Another service's repository: it has the same base, so its layers need not be sent again. */
function siblingOf({ namespace, service }: DeployOptions, context: ExecutorContext): { mountFrom?: string } {
  const sibling = servicesOf(context).find((name) => name !== service);
  return sibling === undefined ? {} : { mountFrom: `${namespace}/${sibling}` };
}
