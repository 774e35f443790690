package sample

import (
	"fmt"
	"strings"

	"upphandlingsdialog/internal/region"
)

// Frame is a file of counts by size class: the sixteen thousand firms of the county, split as all of
// Sweden's are. Of the largest two classes, which SCB divides otherwise, the counts are invented.
func Frame() string {
	const firms = 16_000
	units := make([]int, len(region.SizeClasses))
	for i, s := range region.SizeShares {
		units[i] = int(s.Share*firms + 0.5)
	}
	var b strings.Builder
	b.WriteString("question,answer,units\n")
	for i, c := range region.SizeClasses {
		fmt.Fprintf(&b, "bg_size,%d,%d\n", c.Code, units[i])
	}
	return b.String()
}
