/** Is told, in lines for people, what takes a while. @public */
export type Progress = (line: string) => void;

/** Lines on standard error, where they do not mix with results. @public */
export const printProgress: Progress = line => {
  process.stderr.write(`${line}\n`);
};
