/** Names the numbers this organisation gives its patients, among all identifiers a record may hold. */
export const MRN_SYSTEM = 'urn:ehr-connect:mrn';
