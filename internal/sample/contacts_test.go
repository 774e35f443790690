package sample_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/sample"
)

func TestTheSameSeedGivesTheSameContacts(t *testing.T) {
	if diff := cmp.Diff(sample.Contacts(7, 400), sample.Contacts(7, 400)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(sample.Contacts(7, 400), sample.Contacts(8, 400)) {
		t.Error("another seed gave the same contacts")
	}
}

func TestFourHundredContactsLookLikeTheCounty(t *testing.T) {
	all := sample.Contacts(7, 400)
	counts := sample.GroupCounts(all)
	for group, want := range map[string][2]int{
		people.Procurer: {60, 60}, people.Politician: {90, 90}, people.Business: {220, 224}, people.Developer: {30, 30},
	} {
		if n := counts[group]; n < want[0] || n > want[1] {
			t.Errorf("%d of group %s, want %v", n, group, want)
		}
	}
	municipalities, sectors, small, firms := map[string]bool{}, map[int]bool{}, 0, 0
	for _, c := range all {
		municipalities[c.Municipality] = true
		if c.SizeClass != "" {
			firms++
			sectors[c.Sector] = true
			if c.SizeClass != "50-99" && c.SizeClass != "100-199" {
				small++
			}
		}
	}
	if len(municipalities) != 15 || len(sectors) < 14 || float64(small) < 0.8*float64(firms) {
		t.Errorf("%d municipalities, %d sectors, %d of %d firms are small", len(municipalities), len(sectors), small, firms)
	}
}

func TestContactsNeverReachAnybodyReal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 600).Draw(t, "n")
		seen := map[string]bool{}
		all := sample.Contacts(rapid.Uint64().Draw(t, "seed"), n)
		if len(all) < n {
			t.Fatalf("%d contacts, want %d", len(all), n)
		}
		for _, c := range all {
			address, err := people.NormaliseEmail(c.Email)
			if err != nil || !strings.HasSuffix(address, ".example") {
				t.Fatalf("%q: %v", c.Email, err)
			}
			if seen[address] {
				t.Fatalf("%s twice", address)
			}
			seen[address] = true
		}
	})
}

func TestTheFileMarksEveryContactAsInvented(t *testing.T) {
	var b bytes.Buffer
	if err := sample.WriteContacts(&b, sample.Contacts(1, 100)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 101 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines[1:] {
		if !strings.HasSuffix(line, ",ja") {
			t.Errorf("not marked: %s", line)
		}
	}
}
