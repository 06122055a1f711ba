/** A terminal that someone looks at. */
export interface Screen {
  columns: number;
  /** Does it show more than ASCII? */
  unicode: boolean;
}
