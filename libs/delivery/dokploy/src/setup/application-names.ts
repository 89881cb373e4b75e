import { connect, type ConnectionOptions } from '../api/connection.ts';
import { createDokployApi } from '../api/dokploy-api.ts';
import { findPlace, theOnly } from './set-up-service.ts';

/** What is looked for, and where. */
interface ApplicationsWanted extends ConnectionOptions {
  readonly project: string;
  readonly environment: string;
  /** Service → the id that the settings have of it; undefined where they have none, and its name is looked for. */
  readonly services: Readonly<Record<string, string | undefined>>;
}

/** Services that are applications there → the name by which Swarm knows each: `ehr-api-x1y2z3`. Needs an owner's key. */
export async function readApplicationNames(options: ApplicationsWanted): Promise<Record<string, string>> {
  const { project, environment, services } = options;
  const wanted = Object.entries(services);
  if (wanted.length === 0) return {};
  const api = createDokployApi(connect(options));
  const projectId = theOnly(await api.projects(), 'project', project)?.projectId;
  const place = projectId && findPlace(await api.environments(projectId), environment);
  const here = place ? place.applications : [];
  const names: Record<string, string> = {};
  for (const [service, known] of wanted) {
    const id = known ?? theOnly(here, 'application', service)?.applicationId;
    if (id !== undefined) names[service] = (await api.application(id)).appName;
  }
  return names;
}
