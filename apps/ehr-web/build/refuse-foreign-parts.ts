import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn } from './files-in.ts';

const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/** Ends the build when the output holds what an image for every processor and environment must not hold. */
export async function refuseForeignParts(output: string, workspace: string): Promise<void> {
  const problems: string[] = [];
  for (const file of await filesIn(output)) {
    const path = join(output, file);
    if ((await lstat(path)).isSymbolicLink()) {
      problems.push(`${file} is a link, which the image would hold without its target`);
      continue;
    }
    const bytes = await readFile(path);
    if (file.endsWith('.node') || bytes.subarray(0, 4).equals(ELF)) problems.push(`${file} is native code`);
    if (bytes.includes(workspace)) problems.push(`${file} names the directory it was built in`);
    if (/(^|\/)\.env|\.spec\.tsx?$/u.test(file)) problems.push(`${file} is not part of the service`);
  }
  if (problems.length > 0)
    throw new Error(`dist/apps/ehr-web cannot be an image; see apps/ehr-web/build:\n${problems.join('\n')}`);
}
