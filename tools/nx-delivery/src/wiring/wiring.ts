import { type Environment, environments } from '@ehr/delivery-core';
import type { AnswerMemory } from '@ehr/delivery-registry';
import type { ExecutorContext } from '@nx/devkit';
import type { z } from 'zod';
import type { GivenFacts } from '../options/option-schemas.ts';
import { parseOptions } from '../options/parse-options.ts';
import type { ProcessEnv } from '../process-env.ts';
import { createPorts, type ServicePorts } from './create-ports.ts';
import { collectProblems, openService, type Service } from './open-service.ts';

/** What Nx hands an executor. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** Where the executors meet the world; a test gives them another one. */
export interface Wiring {
  readonly processEnv: ProcessEnv;
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly warn: (text: string) => void;
  /** With a memory, which remembers what registries answered, for who looks again and again. */
  readonly ports: (service: Service, context: ExecutorContext, memory?: AnswerMemory) => ServicePorts;
}

/** This process, and the real world behind the ports. */
export const realWiring: Wiring = {
  processEnv: process.env,
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
  ports: (service, context, memory) => createPorts(service, context, process.env, memory),
};

/** A service in an environment, and the ports to it. */
export interface Connection {
  readonly service: Service;
  readonly ports: ServicePorts;
}

/**
 * Checked options, the service they are about, and the ports to it.
 * @throws OPTIONS_INVALID that names everything that is wrong or missing in options and settings.
 */
export async function connectFor<O extends { readonly environment: Environment } & GivenFacts>(
  schema: z.ZodType<O>,
  raw: RawOptions,
  context: ExecutorContext,
  wiring: Wiring,
): Promise<Connection & { readonly options: O }> {
  const problems = collectProblems();
  const options = await problems.read(() => parseOptions(schema, raw, wiring.processEnv));
  // An option that is wrong must not hide a setting that is missing, as long as it is known where.
  const environment = options?.environment ?? environments.find((name) => name === raw['environment']);
  if (environment === undefined) problems.refuse();
  const service = await openService(
    environment ?? 'local',
    options ?? {},
    context,
    wiring.processEnv,
    problems,
  );
  if (options === undefined) throw new Error('Invalid options were refused before.');
  return { options, service, ports: wiring.ports(service, context) };
}

/**
 * The service of `context` in an environment, and the ports to it.
 * @throws OPTIONS_INVALID that names everything that is wrong or missing in its settings.
 */
export async function connect(
  environment: Environment,
  context: ExecutorContext,
  wiring: Wiring,
  memory?: AnswerMemory,
): Promise<Connection> {
  const service = await openService(environment, {}, context, wiring.processEnv);
  return { service, ports: wiring.ports(service, context, memory) };
}
