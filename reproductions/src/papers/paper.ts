/** A paper; its folder has one file for each claim. */
export interface Paper {
  id: string;
  authors: string;
  year: number;
  title: string;
  url: string;
  /** The shipped subjects that its claims are asked of unless the user names others. */
  subjects: readonly string[];
  /** Whether its claims can be measured on the texts of a task of GLUE. */
  readsTasks?: true;
}
