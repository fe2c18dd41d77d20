package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"

	"filippo.io/torchwood"
	f_note "github.com/transparency-dev/formats/note"
	f_proof "github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// torchwoodCosign adds a cosignature (0x04) by a new key to a note that is opened with asked.Vkeys.
func torchwoodCosign(asked request) (map[string]any, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	signer, err := torchwood.NewCosignatureSigner(asked.Name, key)
	if err != nil {
		return nil, err
	}
	return cosign(asked, signer, signer.Verifier().String())
}

// formatsCosign adds a cosignature by a new key; asked.Kind is "0x04" or "0x06".
func formatsCosign(asked request) (map[string]any, error) {
	signer, vkey, err := newCosigner(asked.Kind, asked.Name)
	if err != nil {
		return nil, err
	}
	return cosign(asked, signer, vkey)
}

func newCosigner(kind, name string) (note.Signer, string, error) {
	switch kind {
	case "0x04":
		skey, vkey, err := note.GenerateKey(rand.Reader, name)
		if err != nil {
			return nil, "", err
		}
		if vkey, err = f_note.VKeyToCosignatureV1(vkey); err != nil {
			return nil, "", err
		}
		signer, err := f_note.NewSignerForCosignatureV1(skey)
		return signer, vkey, err
	case "0x06":
		skey, vkey, err := f_note.GenerateMLDSAKey(name)
		if err != nil {
			return nil, "", err
		}
		signer, err := f_note.NewMLDSASigner(skey)
		return signer, vkey, err
	}
	return nil, "", fmt.Errorf("no cosigner of type %s", kind)
}

func cosign(asked request, signer note.Signer, vkey string) (map[string]any, error) {
	var verifiers []note.Verifier
	for _, known := range asked.Vkeys {
		verifier, err := f_note.NewVerifier(known)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open([]byte(asked.Note), note.VerifierList(verifiers...))
	if err != nil {
		return nil, err
	}
	signed, err := note.Sign(opened, signer)
	if err != nil {
		return nil, err
	}
	return map[string]any{"note": string(signed), "vkey": vkey}, nil
}

// A log kept by golang.org/x/mod/sumdb/tlog, by name, so that it can grow from one request to the next.
type log struct {
	signer note.Signer
	vkey   string
	hashes storedHashes
	size   int64
	roots  map[int64]tlog.Hash
}

var logs = map[string]*log{}

type storedHashes []tlog.Hash

func (stored *storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		if index >= int64(len(*stored)) {
			return nil, errors.New("no such hash")
		}
		found[at] = (*stored)[index]
	}
	return found, nil
}

func openLog(origin string) (*log, error) {
	if found, ok := logs[origin]; ok {
		return found, nil
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return nil, err
	}
	logs[origin] = &log{signer: signer, vkey: vkey, roots: map[int64]tlog.Hash{}}
	return logs[origin], nil
}

func (l *log) append(leaf []byte) error {
	hashes, err := tlog.StoredHashes(l.size, leaf, &l.hashes)
	if err != nil {
		return err
	}
	l.hashes = append(l.hashes, hashes...)
	l.size++
	return nil
}

func (l *log) checkpoint(origin string) (string, error) {
	root, err := tlog.TreeHash(l.size, &l.hashes)
	if err != nil {
		return "", err
	}
	tree := torchwood.Checkpoint{Origin: origin, Tree: tlog.Tree{N: l.size, Hash: root}}
	signed, err := note.Sign(&note.Note{Text: tree.String()}, l.signer)
	return string(signed), err
}

// makeLog appends asked.Leaves to the log asked.Origin and gives its checkpoint with a consistency proof from asked.OldSize.
func makeLog(asked request) (map[string]any, error) {
	l, err := openLog(asked.Origin)
	if err != nil {
		return nil, err
	}
	for _, leaf := range asked.Leaves {
		if err := l.append([]byte(leaf)); err != nil {
			return nil, err
		}
	}
	signed, err := l.checkpoint(asked.Origin)
	if err != nil {
		return nil, err
	}
	hashes := []string{}
	if asked.OldSize > 0 && asked.OldSize < l.size {
		proved, err := tlog.ProveTree(l.size, asked.OldSize, &l.hashes)
		if err != nil {
			return nil, err
		}
		hashes = encodeHashes(proved)
	}
	return map[string]any{"note": signed, "vkey": l.vkey, "size": l.size, "hashes": hashes}, nil
}

// prove gives the inclusion proof of asked.Index in the log and its cosigned checkpoint.
func prove(asked request) (tlog.RecordProof, string, map[string]any, error) {
	l, err := openLog(asked.Origin)
	if err != nil {
		return nil, "", nil, err
	}
	signed, err := l.checkpoint(asked.Origin)
	if err != nil {
		return nil, "", nil, err
	}
	made, err := torchwoodCosign(request{Note: signed, Vkeys: []string{l.vkey}, Name: asked.Name})
	if err != nil {
		return nil, "", nil, err
	}
	proved, err := tlog.ProveRecord(l.size, asked.Index, &l.hashes)
	return proved, made["note"].(string), map[string]any{"vkeys": []any{l.vkey, made["vkey"]}}, err
}

func torchwoodMakeProof(asked request) (map[string]any, error) {
	proved, signed, out, err := prove(asked)
	if err != nil {
		return nil, err
	}
	out["proof"] = string(torchwood.FormatProof(asked.Index, proved, []byte(signed)))
	return out, nil
}

func formatsMakeProof(asked request) (map[string]any, error) {
	proved, signed, out, err := prove(asked)
	if err != nil {
		return nil, err
	}
	made := f_proof.TLogProof{Index: uint64(asked.Index), Checkpoint: []byte(signed), ExtraData: []byte("seen by nobody")}
	for _, hash := range proved {
		made.Hashes = append(made.Hashes, hash)
	}
	out["proof"] = string(made.Marshal())
	return out, nil
}

func encodeHashes(hashes []tlog.Hash) []string {
	lines := []string{}
	for _, hash := range hashes {
		lines = append(lines, base64.StdEncoding.EncodeToString(hash[:]))
	}
	return lines
}
