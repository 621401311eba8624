import fc from 'fast-check';

/**
 * fast-check from one seed, so that a run of the tests can be repeated; `FC_SEED=random` or a number looks elsewhere.
 * What fails prints its seed.
 */
const given = process.env['FC_SEED'] ?? '1';
if (given !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given) });

export default fc;
