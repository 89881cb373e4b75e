import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceRoot } from '@nx/devkit';
import { generatedFiles } from './generated-files.ts';

/** The target `nx-delivery:generate`: writes every generated file anew. */
for (const [path, text] of Object.entries(generatedFiles(workspaceRoot)))
  await writeFile(join(workspaceRoot, path), text);
