/** Whether a compose file's text refers to the variable: `${API_IMAGE_TAG:?}`, `${API_IMAGE_TAG}` or `$API_IMAGE_TAG`. */
export function usesVariable(composeFile: string, variable: string): boolean {
  return new RegExp(`\\$\\{?${variable}\\b`).test(composeFile);
}
