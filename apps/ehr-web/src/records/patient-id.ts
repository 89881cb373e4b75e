/** Whether an address may name a patient: http://hl7.org/fhir/R4/datatypes.html#id. */
export function isPatientId(id: string): boolean {
  return /^(?!\.+$)[A-Za-z0-9.-]{1,64}$/u.test(id);
}
