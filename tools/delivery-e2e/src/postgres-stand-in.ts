import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const HOME = '/usr/lib/postgresql';
const USER = 999;

/**
 * What of the official image's behaviour docker-compose.yml relies on: the user `postgres`, its directory, the
 * three variables, and a server that answers by TCP once the database is there.
 */
const ENTRYPOINT = `#!/bin/sh
set -e
[ -n "$POSTGRES_PASSWORD" ] || { echo 'superuser password is not specified' >&2; exit 1; }
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  printf %s "$POSTGRES_PASSWORD" >/tmp/password
  initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --encoding=UTF8 --locale=C $POSTGRES_INITDB_ARGS
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "create database $POSTGRES_DB" | postgres --single -D "$PGDATA" postgres
fi
exec postgres -c listen_addresses='*'
`;

/** Builds and pushes an image out of the PostgreSQL that Debian installed on this machine; nothing is downloaded. */
export async function pushPostgresStandIn(reference: string): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'ehr-postgres-image-'));
  try {
    const { stdout: version } = await execa('sh', ['-c', `ls ${HOME} | sort -n | tail -n 1`]);
    const binaries = `${HOME}/${version}/bin`;
    const programs = ['postgres', 'initdb', 'pg_isready', 'psql', 'pg_dump', 'pg_restore'];
    const files = ['/bin/sh', ...programs.map((name) => `${binaries}/${name}`)];
    const { stdout: linked } = await execa('ldd', files);
    const libraries = new Set(linked.match(/\/\S+\.so\S*/g));
    const whole = [`${HOME}/${version}/lib`, `/usr/share/postgresql/${version}`, '/usr/share/zoneinfo'];
    const root = join(context, 'root');
    await mkdir(join(root, 'etc'), { recursive: true });
    await execa('cp', ['-rL', '--parents', ...files, ...libraries, ...whole, root]);
    await writeFile(join(root, 'etc/passwd'), `postgres:x:${USER}:${USER}::/var/lib/postgresql:/bin/sh\n`);
    await writeFile(join(root, 'etc/group'), `postgres:x:${USER}:\n`);
    await writeFile(join(root, 'entrypoint.sh'), ENTRYPOINT);
    await chmod(join(root, 'entrypoint.sh'), 0o755);
    await mkdir(join(context, 'data'));
    await mkdir(join(root, 'tmp'));
    await chmod(join(root, 'tmp'), 0o1777);
    // A tmpfs takes over the mode of the directory below it.
    const sockets = join(root, 'var/run/postgresql');
    await mkdir(sockets, { recursive: true });
    await chmod(sockets, 0o3777);
    const dockerfile = [
      'FROM scratch',
      'COPY root /',
      `COPY --chown=${USER}:${USER} data /var/lib/postgresql/data`,
      `ENV PATH=${binaries}:/bin PGDATA=/var/lib/postgresql/data`,
      'STOPSIGNAL SIGINT',
      'ENTRYPOINT ["/entrypoint.sh"]',
      '',
    ];
    await writeFile(join(context, 'Dockerfile'), dockerfile.join('\n'));
    await execa('docker', ['build', '--quiet', '--tag', reference, context]);
    await execa('docker', ['push', '--quiet', reference]);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
