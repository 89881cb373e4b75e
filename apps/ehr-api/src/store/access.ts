/** Whose records are asked for: a condition that every statement has. */
export interface Access {
  readonly tenantId: number;
  /** SQL that is true for the rows of this table, or alias, that may be seen; `bind` gives a value its `$n`. */
  readonly condition: (table: string, bind: (value: unknown) => string) => string;
}

/** Everything of the one tenant there is. */
export const wholeTenant: Access = {
  tenantId: 0,
  condition: (table, bind) => `${table}.tenant_id = ${bind(0)}::smallint`,
};
