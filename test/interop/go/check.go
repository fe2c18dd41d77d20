package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"

	"filippo.io/torchwood"
	f_log "github.com/transparency-dev/formats/log"
	f_note "github.com/transparency-dev/formats/note"
	f_proof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// openNote judges by golang.org/x/mod/sumdb/note, which knows type 0x01 alone.
func openNote(asked request) (map[string]any, error) {
	var verifiers []note.Verifier
	for _, vkey := range asked.Vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open([]byte(asked.Note), note.VerifierList(verifiers...))
	if err != nil {
		return nil, err
	}
	return map[string]any{"text": opened.Text, "signatures": len(opened.Sigs)}, nil
}

func checkRecord(asked request) (map[string]any, error) {
	hashes, err := parseHashes(asked.Hashes)
	if err != nil {
		return nil, err
	}
	root, err := tlog.ParseHash(asked.Root)
	if err != nil {
		return nil, err
	}
	leaf, err := base64.StdEncoding.DecodeString(asked.Leaf)
	if err != nil {
		return nil, err
	}
	return nil, tlog.CheckRecord(hashes, asked.Size, root, asked.Index, tlog.RecordHash(leaf))
}

func checkTree(asked request) (map[string]any, error) {
	hashes, err := parseHashes(asked.Hashes)
	if err != nil {
		return nil, err
	}
	root, err := tlog.ParseHash(asked.Root)
	if err != nil {
		return nil, err
	}
	oldRoot, err := tlog.ParseHash(asked.OldRoot)
	if err != nil {
		return nil, err
	}
	return nil, tlog.CheckTree(hashes, asked.Size, root, asked.OldSize, oldRoot)
}

// torchwoodCheckpoint judges a checkpoint by a c2sp.org/tlog-policy.
func torchwoodCheckpoint(asked request) (map[string]any, error) {
	policy, err := torchwood.ParsePolicy([]byte(asked.Policy))
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	checkpoint, opened, err := torchwood.VerifyCheckpoint([]byte(asked.Note), policy)
	if err != nil {
		return nil, err
	}
	return map[string]any{"size": checkpoint.N, "signatures": len(opened.Sigs)}, nil
}

func torchwoodProof(asked request) (map[string]any, error) {
	policy, err := torchwood.ParsePolicy([]byte(asked.Policy))
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	leaf, err := base64.StdEncoding.DecodeString(asked.Leaf)
	if err != nil {
		return nil, err
	}
	return nil, torchwood.VerifyProof(policy, tlog.RecordHash(leaf), []byte(asked.Proof))
}

// torchwoodClient reads every entry of a ledger's folder by its tiles, each authenticated against the checkpoint.
func torchwoodClient(asked request) (map[string]any, error) {
	policy, err := torchwood.ParsePolicy([]byte(asked.Policy))
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	tiles, err := torchwood.NewTileFS(os.DirFS(asked.Folder))
	if err != nil {
		return nil, err
	}
	client, err := torchwood.NewClient(tiles)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	signed, err := tiles.ReadEndpoint(ctx, "checkpoint")
	if err != nil {
		return nil, err
	}
	checkpoint, _, err := torchwood.VerifyCheckpoint(signed, policy)
	if err != nil {
		return nil, err
	}
	read := 0
	for range client.AllEntries(ctx, checkpoint.Tree, 0) {
		read++
	}
	return map[string]any{"entries": read, "size": checkpoint.N}, client.Err()
}

// formatsCheckpoint judges a checkpoint whose every key must have signed; the first is the log's.
func formatsCheckpoint(asked request) (map[string]any, error) {
	if len(asked.Vkeys) == 0 {
		return nil, errors.New("no keys")
	}
	var verifiers []note.Verifier
	for _, vkey := range asked.Vkeys {
		verifier, err := f_note.NewVerifier(vkey)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, verifier)
	}
	checkpoint, _, opened, err := f_log.ParseCheckpoint([]byte(asked.Note), asked.Origin, verifiers[0], verifiers[1:]...)
	if err != nil {
		return nil, err
	}
	if len(opened.Sigs) != len(verifiers) {
		return nil, fmt.Errorf("%d of %d keys signed", len(opened.Sigs), len(verifiers))
	}
	return map[string]any{"size": checkpoint.Size, "signatures": len(opened.Sigs)}, nil
}

// formatsProof parses by formats/proof, opens by formats/log and proves by transparency-dev/merkle.
func formatsProof(asked request) (map[string]any, error) {
	var parsed f_proof.TLogProof
	if err := parsed.Unmarshal([]byte(asked.Proof)); err != nil {
		return nil, err
	}
	verifier, err := f_note.NewVerifier(asked.Vkeys[0])
	if err != nil {
		return nil, err
	}
	checkpoint, _, _, err := f_log.ParseCheckpoint(parsed.Checkpoint, asked.Origin, verifier)
	if err != nil {
		return nil, err
	}
	leaf, err := base64.StdEncoding.DecodeString(asked.Leaf)
	if err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, hash := range parsed.Hashes {
		hashes = append(hashes, hash[:])
	}
	hasher := rfc6962.DefaultHasher
	return nil, proof.VerifyInclusion(hasher, parsed.Index, checkpoint.Size, hasher.HashLeaf(leaf), hashes, checkpoint.Hash)
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	hashes := []tlog.Hash{}
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}
