import type { Paper } from '../paper';

export default {
  id: 'zhao-2021',
  authors: 'Zhao, Pascual, Brunner, Wattenhofer',
  year: 2021,
  title: 'Of Non-Linearity and Commutativity in BERT',
  url: 'https://arxiv.org/abs/2101.04547',
  subjects: ['mini-bert'],
  readsTasks: true,
} satisfies Paper;
