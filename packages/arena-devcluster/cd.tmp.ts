import { ensureCoreDns } from './src/binary/tools';
ensureCoreDns().then(console.log);
