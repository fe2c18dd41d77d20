/**
 * What all prompts of one rehearsal's campaign share. `{…}` are slots: `{subject}`, `{count}`, `{fewer}` (a smaller count), `{things}`,
 * `{twist}` and `{item}`, the number of the piece of work.
 */
export type CampaignFrame = { readonly solve: string; readonly grade: string };

/**
 * Written for the rehearsal. They share few words with each other, so that the detector sees a template of its own in each rehearsal on a
 * ledger, and not an earlier campaign that grows.
 */
export const CAMPAIGN_FRAMES: readonly [CampaignFrame, ...CampaignFrame[]] = [
  {
    solve:
      'Solve the following {subject} problem. Think step by step inside <thinking> tags, writing down every intermediate thought, every alternative you reject and why, before you give the final result inside <answer> tags.\n\nProblem: There are {count} {things} and {twist}. Determine what follows for item {item}.',
    grade:
      'Grade the answer below from 1 to 10 for correctness, completeness and clarity. Explain for each criterion at length why you gave this grade and what a perfect answer would have said, then end with [RESULT] and the number.\n\nQuestion: What changes in {subject} when there are {count} {things} and {twist}?\nAnswer: Nothing changes, because only {fewer} of the {things} count.',
  },
  {
    solve:
      'You are an experienced tutor who talks aloud while working. Exercise number {item}, taken from {subject}: somebody owns {count} {things}; {twist}. Narrate your whole train of reasoning between the markers BEGIN REASONING and END REASONING, including dead ends, guesses and corrections, and only afterwards state a conclusion in one line.',
    grade:
      'Two pupils disagree about {subject}. Pupil A claims that {count} {things} suffice although {twist}. Pupil B insists on {fewer}. Decide who argues better, list all strengths and weaknesses of both, quote the phrase that settles it, and close with the single letter A or B.',
  },
  {
    solve:
      'TASK {item}\nDOMAIN {subject}\nGIVEN {count} {things}, whereby {twist}\nOUTPUT FORMAT a JSON object whose key "rationale" holds no fewer than fifteen numbered derivation stages, whose key "doubts" mentions everything uncertain, and whose key "verdict" contains nothing except the outcome',
    grade:
      'REVIEW REQUEST\nTOPIC {subject}\nCANDIDATE SOLUTION out of {count} {things} merely {fewer} matter, since {twist}\nRUBRIC accuracy 40 percent, depth 30 percent, style 30 percent\nPlease justify each percentage with detailed comments, propose an improved solution, then print SCORE followed by an integer',
  },
  {
    solve:
      'Pretend we sit an oral exam together and I am the silent examiner. My card says: {subject}, {count} {things}, {twist}, card {item}. Speak for as long as you need: restate the situation, try at least three different approaches, tell me which assumptions each relies upon, compare them honestly, and finish by announcing your favourite.',
    grade:
      'A colleague sent me this note on {subject}: "With {count} {things} I would simply ignore {fewer} of them, {twist} or not." Go through the note sentence by sentence, mark errors in capitals, describe how an expert might have phrased it instead, and conclude with a mark between zero and twenty.',
  },
  {
    solve:
      'Produce a training record. Field one repeats this puzzle about {subject} in your own language: {count} {things} were delivered and {twist}. Field two, called scratchpad, keeps all rough calculation unedited. Field three, called critique, attacks the scratchpad. Field four, called polished, holds the text a teacher could publish. Record identifier: {item}.',
    grade:
      'Compare a short reply with an ideal one. Topic {subject}; prompt: what should a keeper of {count} {things} expect if {twist}? Short reply: expect {fewer}. Write the ideal reply first, afterwards tabulate every difference, weigh how serious they are, and assign stars from one up to five.',
  },
  {
    solve:
      'I collect fully worked solutions. Number {item} concerns {subject}. Starting position: {count} {things}. Complication: {twist}. Derive whatever can be derived, showing formulas, units, sanity checks and a second independent method; where both methods differ, investigate until they match, and underline the final figure.',
    grade:
      'Act as a strict referee for a journal of {subject}. The submitted lemma reads: among {count} {things} exactly {fewer} are relevant whenever {twist}. Draft the complete referee report: summary, major objections, minor objections, suggestions, missing citations, and a recommendation of accept, revise or reject.',
  },
];
