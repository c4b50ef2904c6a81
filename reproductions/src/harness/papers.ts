export interface Paper {
  id: string;
  authors: string;
  year: number;
  title: string;
  url: string;
}

/** The four papers, in the order of the report. */
export const papers: readonly Paper[] = [
  {
    id: 'geva-2021',
    authors: 'Geva, Schuster, Berant, Levy',
    year: 2021,
    title: 'Transformer Feed-Forward Layers Are Key-Value Memories',
    url: 'https://arxiv.org/abs/2012.14913',
  },
  {
    id: 'zhao-2021',
    authors: 'Zhao, Pascual, Brunner, Wattenhofer',
    year: 2021,
    title: 'Of Non-Linearity and Commutativity in BERT',
    url: 'https://arxiv.org/abs/2101.04547',
  },
  {
    id: 'sridhar-2020',
    authors: 'Sridhar, Sarah',
    year: 2020,
    title: 'Undivided Attention: Are Intermediate Layers Necessary for BERT?',
    url: 'https://arxiv.org/abs/2012.11881',
  },
  {
    id: 'kobayashi-2024',
    authors: 'Kobayashi, Kuribayashi, Yokoi, Inui',
    year: 2024,
    title: 'Analyzing Feed-Forward Blocks in Transformers through the Lens of Attention Maps',
    url: 'https://arxiv.org/abs/2302.00456',
  },
];
