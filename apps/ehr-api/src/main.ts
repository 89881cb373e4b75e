import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { exitStatusOf, secretsFromFiles, serviceTokens } from '@ehr/service-kit';
import { authenticatorOf } from './access/authenticate.ts';
import { runTenant } from './access/tenant-command.ts';
import { readConfig, warningsAbout } from './config/read-config.ts';
import { makeOwn, migrate } from './database/migrate.ts';
import { migrations } from './database/migrations/index.ts';
import { openDatabase } from './database/open-database.ts';
import { serviceRole } from './database/service-role.ts';
import { createContext } from './dependencies.ts';
import { createLogger } from './log/create-logger.ts';
import { runReindex } from './reindex/command.ts';
import { keepIndexed } from './reindex/reindex.ts';
import { createServer } from './server/create-server.ts';
import { shutDownOnSignal } from './server/shut-down-on-signal.ts';
import { tenantsOf } from './store/tenants.ts';

const logUntilConfigured = createLogger('info', { service: 'ehr-api', version: '', revision: '' });
// Node prints warnings as plain text; here every line is JSON. (The one expected: SQLite is "experimental".)
process.removeAllListeners('warning').on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') logUntilConfigured.warn({ err: warning }, 'Node warns');
});
process.on('uncaughtException', fail).on('unhandledRejection', fail);

await start().catch(fail);

async function start(): Promise<void> {
  const secrets = ['DATABASE_URL', 'EHR_ISSUERS', 'EHR_SESSION_SECRET'];
  const config = readConfig(
    secretsFromFiles(process.env, secrets, (path) => readFileSync(path, 'utf8')),
    randomUUID(),
  );
  const logger = createLogger(config.logLevel, config.identity);
  for (const warning of warningsAbout(config)) logger.warn(warning);
  // Closed in reverse. As PID 1 a process ignores the signals it does not handle, so this comes first.
  const open: (() => Promise<void>)[] = [];
  shutDownOnSignal(open, logger);
  const database = await openDatabase(config, logger);
  open.push(() => database.close());
  const applied = await migrate(database, migrations);
  await makeOwn(database);
  const tenants = database.as(await serviceRole(database));
  if (process.argv[2] === 'tenant') {
    await runTenant(database, process.argv.slice(3));
    return database.close();
  }
  const context = await createContext(
    tenants,
    { identity: config.identity, startedAt: new Date() },
    config.settings,
  );
  if (process.argv[2] === 'reindex') {
    await runReindex(context);
    return database.close();
  }
  const { publicUrl, sessionSecret, corsOrigins, trustedProxies, bodyBytes, limits } = config;
  const service = sessionSecret === null ? null : serviceTokens(sessionSecret, config.identity.environment);
  const [issuer, ...issuers] = config.issuers;
  const authenticator = issuer
    ? authenticatorOf([issuer, ...issuers], tenantsOf(tenants.forNobody), config.settings.search)
    : null;
  const app = createServer(
    { context, authenticator, service, publicUrl, corsOrigins, trustedProxies, bodyBytes, limits },
    logger,
  );
  open.push(() => app.close());
  open.push(keepIndexed(context, logger));
  await app.listen({ host: config.host, port: config.port });
  logger.info({ port: config.port, database: database.kind, migrations: applied }, 'ready');
}

function fail(error: unknown): void {
  const message =
    error instanceof Error && error.name === 'StartError' ? error.message : 'ehr-api cannot go on';
  logUntilConfigured.fatal({ err: error }, message);
  process.exit(exitStatusOf(error));
}
