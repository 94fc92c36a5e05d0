/** An image that can be imported into a cluster. @public */
export interface Image {
  /** What pods call it. */
  name: string;
  /** Its archive. */
  file: string;
}
