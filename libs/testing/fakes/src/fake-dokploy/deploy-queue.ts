import type { DeployConfig, DeployOutcome } from './play-behaviour.ts';
import { type DeploymentRow, type FakeService, newId, setStatus, type World } from './world.ts';

interface Job {
  readonly id: string;
  readonly service: FakeService;
  readonly type: 'deploy' | 'redeploy';
  readonly title: string;
  readonly description: string;
  readonly timestamp: number;
  processedOn?: number;
}

type Play = (config: DeployConfig, service: FakeService) => Promise<DeployOutcome>;

/** Dokploy's queue since 0.29.9: in memory, one job at a time for the whole server, gone after a restart. */
export class DeployQueue {
  #waiting: Job[] = [];
  #active: { job: Job; row: DeploymentRow } | null = null;
  #count = 0;
  #held = false;
  readonly #world: World;
  readonly #play: Play;

  constructor(world: World, play: Play) {
    this.#world = world;
    this.#play = play;
  }

  add(service: FakeService, type: Job['type'], title: string, description: string): void {
    const id = `job-${++this.#count}`;
    this.#waiting.push({ id, service, type, title, description, timestamp: this.#world.now() });
    // The answer is sent first: the row never exists yet when the trigger returns.
    setImmediate(() => void this.#next());
  }

  /** No job starts until `release`; a running one goes on. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    void this.#next();
  }

  /** Removes the service's waiting jobs. */
  clean(serviceId: string): void {
    this.#waiting = this.#waiting.filter((job) => job.service.id !== serviceId);
  }

  /** The waiting jobs vanish; the running row becomes `cancelled`, while its containers come up all the same. */
  loseEverything(): void {
    this.#waiting = [];
    if (this.#active !== null) {
      this.#active.row.status = 'cancelled';
      setStatus(this.#active.job.service, 'idle');
    }
    this.#active = null;
  }

  /** `deployment.queueList`: newest first. */
  list(): unknown[] {
    const jobs = [...(this.#active === null ? [] : [this.#active.job]), ...this.#waiting];
    return jobs.reverse().map((job) => this.#describe(job));
  }

  #describe({ id, service, type, title, description, timestamp, processedOn }: Job): object {
    const kind = service.kind === 'application' ? 'application' : 'compose';
    const { environmentId } = service;
    const environment = this.#world.environments.find((one) => one.environmentId === environmentId);
    return {
      id,
      name: 'deployments',
      data: {
        [`${kind}Id`]: service.id,
        titleLog: title,
        type,
        applicationType: kind,
        descriptionLog: description,
        server: false,
      },
      timestamp,
      ...(processedOn !== undefined && { processedOn }),
      state: processedOn === undefined ? 'waiting' : 'active',
      servicePath: {
        href: `/dashboard/project/${environment?.projectId}/environment/${environmentId}/services/${kind}/${service.id}`,
        label: kind === 'application' ? 'Application' : 'Compose',
      },
    };
  }

  async #next(): Promise<void> {
    if (this.#active !== null || this.#held) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    job.processedOn = this.#world.now();
    const { service } = job;
    const row = this.#insertRow(job);
    const active = { job, row };
    this.#active = active;
    setStatus(service, 'running');
    const outcome = await this.#play(configOf(job), service);
    Object.assign(service.running, outcome.running);
    // A restart in the meantime: nobody writes the status.
    if (this.#active !== active) return;
    this.#log(row, outcome.log);
    row.status = outcome.status;
    row.finishedAt = this.#world.timestamp();
    setStatus(service, outcome.status);
    this.#active = null;
    void this.#next();
  }

  /** The newest 10 rows of the service stay when one is added: 11 at most. */
  #insertRow({ service, title, description }: Job): DeploymentRow {
    const { id: serviceId, kind } = service;
    const createdAt = this.#world.timestamp();
    const { appName } = service.row;
    const second = createdAt.slice(0, 19).replace('T', ':');
    const row: DeploymentRow = {
      deploymentId: newId(),
      title,
      description,
      status: 'running',
      serviceId,
      kind,
      logPath: `/etc/dokploy/logs/${appName}/${appName}-${second}.log`,
      createdAt,
      finishedAt: null,
    };
    const dropped = this.#world.rowsOf(serviceId).slice(10);
    this.#world.rows = [row, ...this.#world.rows.filter((one) => !dropped.includes(one))];
    this.#log(row, 'Initializing deployment\n');
    return row;
  }

  #log({ logPath }: DeploymentRow, added: string): void {
    const { logs } = this.#world;
    logs.set(logPath, `${logs.get(logPath) ?? ''}${added}`);
  }
}

function configOf({ service, type }: Job): DeployConfig {
  const { kind, id, row } = service;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    kind,
    id,
    appName: row.appName,
    type,
    env: row.env ?? '',
    composeFile: text(row['composeFile']),
    command: text(row['command']),
    dockerImage: text(row['dockerImage']) || null,
    domains: ((row['domains'] ?? []) as { serviceName?: string }[]).map(
      ({ serviceName = '' }) => serviceName,
    ),
  };
}
