import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn } from './files-in.ts';

const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/** Ends the build when the output holds what an image for every processor and environment must not hold. */
export async function refuseForeignParts(output: string, workspace: string): Promise<void> {
  const problems: string[] = [];
  const place = placeIn(workspace);
  for (const file of await filesIn(output)) {
    const path = join(output, file);
    if ((await lstat(path)).isSymbolicLink()) {
      problems.push(`${file} is a link, which the image would hold without its target`);
      continue;
    }
    const bytes = await readFile(path);
    if (file.endsWith('.node') || bytes.subarray(0, 4).equals(ELF)) problems.push(`${file} is native code`);
    if (place.test(bytes.toString('latin1'))) problems.push(`${file} names the directory it was built in`);
    if (/(^|\/)\.env|\.spec\.tsx?$/u.test(file)) problems.push(`${file} is not part of the service`);
  }
  if (problems.length > 0)
    throw new Error(`dist/apps/ehr-web cannot be an image; see apps/ehr-web/build:\n${problems.join('\n')}`);
}

/** A path in the workspace, as it stands or as a URL; `/src` alone is text that Next itself has. */
function placeIn(workspace: string): RegExp {
  const forms = [workspace, encodeURI(workspace)].map((form) =>
    Buffer.from(form)
      .toString('latin1')
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(
    String.raw`(?:^|[^\w.@/-]|file:\/\/)(?:${forms.join('|')})\/(?:apps|libs|tools|node_modules|dist)\b`,
  );
}
