import { validate } from '@actions/languageservice';
import { clearCache } from '@actions/languageservice/utils/workflow-cache';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { actionInputs } from './action-inputs.ts';
import type { Finding, SourceFile } from './source-files.ts';

/** It has no payload of this event: https://docs.github.com/webhooks/webhook-events-and-payloads#merge_group does. */
const BLIND_SPOT = 'Context access might be invalid: merge_group';

/** What GitHub's editor support says; it knows the inputs of pinned actions and of the workflows called. */
export async function languageService(file: SourceFile, all: readonly SourceFile[]): Promise<Finding[]> {
  // It keeps what it read by path; a test may give it another file of the same path.
  clearCache();
  const diagnostics = await validate(TextDocument.create(`file:///${file.path}`, 'yaml', 1, file.content), {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, ref }) => {
        const inputs = actionInputs[`${owner}/${name}@${ref}`];
        if (inputs === undefined) return undefined;
        return {
          name,
          description: '',
          inputs: Object.fromEntries(inputs.map((one) => [one, { description: '' }])),
        };
      },
    },
    fileProvider: {
      getFileContent: async (reference) => {
        const path = 'path' in reference ? reference.path.replace(/^\.\//, '') : '';
        const found = all.find((one) => one.path === path);
        if (found === undefined) throw new Error(`there is no ${path}`);
        return { name: path, content: found.content };
      },
    },
  });
  return diagnostics
    .filter(({ message }) => message !== BLIND_SPOT)
    .map(({ message, range }) => ({
      rule: 'language-service',
      file: file.path,
      line: range.start.line + 1,
      says: typeof message === 'string' ? message : message.value,
    }));
}
