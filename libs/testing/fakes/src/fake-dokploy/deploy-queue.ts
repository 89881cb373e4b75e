import type { DeployConfig, DeployOutcome } from './play-behaviour.ts';
import { newId, setStatus } from './world.ts';
import type { DeploymentRow, FakeService, World } from './world.ts';

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
  #life = 0;
  readonly #world: World;
  readonly #play: Play;

  constructor(world: World, play: Play) {
    this.#world = world;
    this.#play = play;
  }

  add(service: FakeService, type: Job['type'], title: string, description: string): void {
    const timestamp = this.#world.now();
    this.#count += 1;
    this.#waiting.push({ id: `job-${this.#count}`, service, type, title, description, timestamp });
    // The answer is sent first: the row never exists yet when the trigger returns.
    setImmediate(() => void this.#next());
  }

  /** Nothing starts until `release`; what runs, runs on. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    void this.#next();
  }

  clean(serviceId: string): void {
    this.#waiting = this.#waiting.filter((job) => job.service.id !== serviceId);
  }

  /** The waiting jobs vanish; the running row becomes `cancelled`, while its containers come up all the same. */
  loseEverything(): void {
    this.#life += 1;
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
    const isApplication = service.kind === 'application';
    const environment = this.#world.environments.find((one) => one.environmentId === service.environmentId);
    const kind = isApplication ? 'application' : 'compose';
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
        href: `/dashboard/project/${environment?.projectId}/environment/${service.environmentId}/services/${kind}/${service.id}`,
        label: isApplication ? 'Application' : 'Compose',
      },
    };
  }

  async #next(): Promise<void> {
    if (this.#active !== null || this.#held) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    const life = this.#life;
    job.processedOn = this.#world.now();
    const { service } = job;
    const row = this.#insertRow(job);
    this.#active = { job, row };
    setStatus(service, 'running');
    const outcome = await this.#play(configOf(job), service);
    Object.assign(service.running, outcome.running);
    if (life !== this.#life) return;
    this.#world.logs.set(row.logPath, `${this.#world.logs.get(row.logPath) ?? ''}${outcome.log}`);
    row.status = outcome.status;
    row.finishedAt = new Date(this.#world.now()).toISOString();
    setStatus(service, outcome.status);
    this.#active = null;
    void this.#next();
  }

  /** The newest 10 rows of the service stay when one is added: 11 at most. */
  #insertRow({ service, title, description }: Job): DeploymentRow {
    const createdAt = new Date(this.#world.now()).toISOString();
    const { appName } = service.row;
    const second = createdAt.slice(0, 19).replace('T', ':');
    const row: DeploymentRow = {
      deploymentId: newId(),
      title,
      description,
      status: 'running',
      serviceId: service.id,
      kind: service.kind,
      logPath: `/etc/dokploy/logs/${appName}/${appName}-${second}.log`,
      createdAt,
      finishedAt: null,
    };
    const kept = this.#world.rows.filter((one) => one.serviceId === service.id).slice(0, 10);
    this.#world.rows = [
      row,
      ...this.#world.rows.filter((one) => one.serviceId !== service.id || kept.includes(one)),
    ];
    const log = this.#world.logs.get(row.logPath) ?? '';
    this.#world.logs.set(row.logPath, `${log}Initializing deployment\n`);
    return row;
  }
}

function configOf({ service, type, title, description }: Job): DeployConfig {
  const { row } = service;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    kind: service.kind,
    id: service.id,
    appName: row.appName,
    type,
    env: row.env ?? '',
    composeFile: text(row['composeFile']),
    command: text(row['command']),
    dockerImage: text(row['dockerImage']) || null,
    title,
    description,
  };
}
