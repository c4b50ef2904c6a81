import type { Paper } from '../paper';

export default {
  id: 'sridhar-2020',
  authors: 'Sridhar, Sarah',
  year: 2020,
  title: 'Undivided Attention: Are Intermediate Layers Necessary for BERT?',
  url: 'https://arxiv.org/abs/2012.11881',
  subjects: ['mini-bert'],
} satisfies Paper;
