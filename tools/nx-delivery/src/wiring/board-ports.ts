import { join, posix } from 'node:path';
import type { BoardPorts } from '@ehr/delivery-board';
import type { Environment } from '@ehr/delivery-core';
import { createAnswerMemory } from '@ehr/delivery-registry';
import type { ExecutorContext } from '@nx/devkit';
import { readChangedFiles, readFileAt } from '../ports/git-source.ts';
import { createHttpProber } from '../ports/http-prober.ts';
import { ACCEPTED_FILE, parseAccepted } from '../ports/read-accepted.ts';
import type { ServicePorts } from './create-ports.ts';
import { publicHealthUrl } from './open-origin.ts';
import { projectRootOf, servicesOf } from './open-service.ts';
import { connect, type Wiring } from './wiring.ts';

/** Everything the board reads of this workspace: its registries are asked at most once a minute. */
export function createBoardPorts(context: ExecutorContext, wiring: Wiring): BoardPorts {
  const memory = createAnswerMemory();
  /** What was opened once stays open: it is signed in, and knows the journal. */
  const opened = new Map<string, Promise<ServicePorts>>();
  const of = (projectName: string) => ({ ...context, projectName });
  const rootOf = (service: string) => projectRootOf(of(service)) ?? '.';
  return {
    services: servicesOf(context),
    open: (service: string, environment: Environment) => {
      const key = `${service} ${environment}`;
      const known = opened.get(key);
      if (known !== undefined) return known;
      const next = connect(environment, of(service), wiring, memory).then(({ ports }) => ports);
      opened.set(key, next);
      // Its settings may be completed while the board runs.
      next.catch(() => opened.delete(key));
      return next;
    },
    origin: async (service, environment) => ({
      healthUrl: await publicHealthUrl(environment, of(service), wiring.processEnv),
      prober: createHttpProber(),
    }),
    accepted: async (service, revision) => {
      const file = posix.join(rootOf(service), ACCEPTED_FILE);
      const text = await readFileAt(context.root, revision, file);
      return text === null ? null : text === '' ? [] : parseAccepted(text);
    },
    migrations: async (service, from, to) => {
      const files = await readChangedFiles(context.root, from, to, join(rootOf(service)));
      return files?.filter((file) => /\/migrations\/\d[^/]*$/.test(file)) ?? null;
    },
    expire: () => memory.expire(),
    now: () => new Date(),
  };
}
