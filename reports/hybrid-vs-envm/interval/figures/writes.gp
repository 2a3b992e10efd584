# gnuplot writes.gp draws writes.svg from writes.csv
if (!exists('figure')) figure = 'writes.svg'
set terminal svg size 380,310 font 'Helvetica,13' enhanced background '#ffffff' linewidth 1
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
set multiplot layout 1,1

set title ""
set xlabel "batches between transfers"
set ylabel "most write pulses of a cell"
set logscale x
set logscale y
set format x '10^{%T}'
set format y '10^{%T}'
set autoscale
set xrange [0.750278987:417.178151]
set xtics norotate ("1" 1, "5" 5, "20" 20, "100" 100, "313" 313)
set format x '%g'
set format y '10^{%T}'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'writes.csv' skip 1 every ::0::4 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#0072b2' pt 7 title "hybrid-pcm-40nm", \
     '' skip 1 every ::5::9 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#d55e00' pt 5 title "hybrid-rram-40nm", \
     '' skip 1 every ::10::14 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#009e73' pt 9 title "hybrid-fefet-40nm"

unset multiplot
set output
