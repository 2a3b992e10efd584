# gnuplot offset.gp draws offset.svg from offset.csv
if (!exists('figure')) figure = 'offset.svg'
set terminal svg size 380,344 font 'Helvetica,13' enhanced background '#ffffff' linewidth 1
set output figure
set encoding utf8
set datafile separator ','
set border 3 lw 1.1 lc rgb '#303030'
set tics nomirror out scale 0.6 textcolor rgb '#303030'
set grid lw 0.6 lc rgb '#e4e4e4'
set key samplen 1.6 spacing 1.05 font ',11' noautotitle
set title font ',13' offset 0,-0.4
set xlabel offset 0,0.3
set ylabel offset 0.6,0
set palette defined (0 '#ffffff', 0.15 '#c6dbef', 0.4 '#6baed6', 0.7 '#2171b5', 1 '#08306b')
unset colorbox
set cbrange [0:1]
set multiplot layout 1,1 title "Accuracy against the error of the reference cells" font ',15'

set title ""
set xlabel "k reference"
set ylabel "accuracy [%]"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set xrange [-0.0045:0.3145]
set xtics norotate ("0.01" 0.01, "0.05" 0.05, "0.15" 0.15, "0.3" 0.3)
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'offset.csv' skip 1 every ::0::3 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#0072b2' pt 7 title "tiki-taka-v1", \
     '' skip 1 every ::4::7 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#d55e00' pt 5 title "tiki-taka-v2", \
     '' skip 1 every ::8::11 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#009e73' pt 9 title "chopped", \
     '' skip 1 every ::12::15 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#e69f00' pt 13 title "agad"

unset multiplot
set output
