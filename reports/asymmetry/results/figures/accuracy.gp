# gnuplot accuracy.gp draws accuracy.svg from accuracy.csv
if (!exists('figure')) figure = 'accuracy.svg'
set terminal svg size 760,344 font 'Helvetica,13' enhanced background '#ffffff' linewidth 1
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
set multiplot layout 1,2 title "Asymmetric (label < 0) and symmetric cells" font ',15'

set title "rate 0.12"
set xlabel "label of depression"
set ylabel "accuracy [%]"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set xrange [-6.6:6.6]
set xtics norotate ("-6" -6, "-5" -5, "-4" -4, "-3" -3, "-2" -2, "-1" -1, "0" 0, "3" 3, "6" 6)
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'accuracy.csv' skip 1 every ::0::8 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#0072b2' notitle, \
     '' skip 1 every ::9::17 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#0072b2' pt 7 title "SGD", \
     '' skip 1 every ::18::26 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#d55e00' notitle, \
     '' skip 1 every ::27::35 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#d55e00' pt 5 title "averaged", \
     '' skip 1 every ::36::44 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#009e73' notitle, \
     '' skip 1 every ::45::53 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#009e73' pt 9 title "adaptive"

set title "rate 0.3"
set xlabel "label of depression"
set ylabel "accuracy [%]"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set xrange [-6.6:6.6]
set xtics norotate ("-6" -6, "-5" -5, "-4" -4, "-3" -3, "-2" -2, "-1" -1, "0" 0, "3" 3, "6" 6)
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'accuracy.csv' skip 1 every ::54::62 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#0072b2' notitle, \
     '' skip 1 every ::63::71 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#0072b2' pt 7 title "SGD", \
     '' skip 1 every ::72::80 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#d55e00' notitle, \
     '' skip 1 every ::81::89 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#d55e00' pt 5 title "averaged", \
     '' skip 1 every ::90::98 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#009e73' notitle, \
     '' skip 1 every ::99::107 using 3:4 with linespoints lw 2 ps 0.62 lc rgb '#009e73' pt 9 title "adaptive"

unset multiplot
set output
