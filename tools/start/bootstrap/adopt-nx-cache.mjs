import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

// `npm run ci:adopt-nx-cache`: after a CI cache with Nx's own was restored. Nx names the index of its cache after the
// machine, `<id>-v3.db`, and believes no other; each hosted runner is a machine of its own.
const directory = '.nx/workspace-data';
const ask = '( cat /var/lib/dbus/machine-id /etc/machine-id 2> /dev/null || hostname ) | head -n 1';
const machine = execFileSync('sh', ['-c', ask], { encoding: 'utf8' }).trim();
const names = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.db')) : [];
for (const name of names) {
  const own = `${machine}-${name.slice(name.lastIndexOf('-') + 1)}`;
  renameSync(join(directory, name), join(directory, own));
  console.log(`Nx reads ${join(directory, own)}`);
}
